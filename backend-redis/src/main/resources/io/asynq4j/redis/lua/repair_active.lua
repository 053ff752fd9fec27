-- repair_active: give active tasks of one queue that have no lease one that has expired, so that they are recovered.
--
-- KEYS[1]   asynq:{queue}:active     list   task ids, newest on the left
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   how many ids to look at, from the old end
-- RETURN    how many ids got a lease, or were dropped because they have no record
--
-- Other programs leave such ids behind; an id that is active and has neither is looked at by nobody else.

local active, lease, prefix, now = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local repaired = 0
for _, id in ipairs(redis.call('LRANGE', active, -tonumber(ARGV[3]), -1)) do
  if not redis.call('ZSCORE', lease, id) then
    local task = prefix .. id
    local hash = redis.pcall('HMGET', task, 'msg', 'state')
    if hash.err and not string.find(hash.err, 'WRONGTYPE', 1, true) then
      error(hash.err) -- not the fault of the key, so that nothing may be dropped for it
    end
    if hash[1] and hash[2] == 'active' then
      redis.call('ZADD', lease, now, id)
    else
      redis.call('LREM', active, -1, id)
      if not hash[1] and not hash.err then
        redis.call('DEL', task)
      end
    end
    repaired = repaired + 1
  end
end
return repaired
