-- expired_leases: name the attempts of one queue whose lease has expired, earliest first.
--
-- KEYS[1]   asynq:{queue}:active     list   task ids, newest on the left
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   expired at or before     unix seconds
-- ARGV[3]   how many to name at most
-- RETURN    array: how many leases were of no active task and were dropped, when the first lease that is not named expires
--           (unix seconds, or -1), then for each attempt five values: id, expiry, message, name of the attempt (or empty),
--           crashes in a row before it

local active, lease, prefix, cutoff = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local found = { 0, '-1' }
local named = 0

local expired = redis.call('ZRANGEBYSCORE', lease, '-inf', cutoff, 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #expired, 2 do
  local id = expired[i]
  local task = prefix .. id
  local hash = redis.pcall('HMGET', task, 'msg', 'attempt', 'crashes', 'state')
  if hash.err and not string.find(hash.err, 'WRONGTYPE', 1, true) then
    error(hash.err) -- not the fault of the key, so that nothing may be dropped for it
  end
  if hash[1] and hash[4] == 'active' then
    named = named + 1
    found[#found + 1] = id
    found[#found + 1] = expired[i + 1]
    found[#found + 1] = hash[1]
    found[#found + 1] = hash[2] or ''
    found[#found + 1] = hash[3] or '0'
  else
    redis.call('ZREM', lease, id)
    redis.pcall('LREM', active, -1, id)
    if not hash[1] and not hash.err then
      redis.call('DEL', task)
    end
    found[1] = found[1] + 1
  end
end
-- the named ones are the earliest, so that the next follows them
local next_expiry = redis.call('ZRANGE', lease, named, named, 'WITHSCORES')
if next_expiry[2] then
  found[2] = next_expiry[2]
end
return found
