-- read_set: tell some members of a set that is being aggregated, those that joined first in front.
--
-- KEYS[1]   asynq:{queue}:aggregation_sets    zset  keys of sets -> deadline, unix seconds
-- KEYS[2]   asynq:{queue}:g:<group>:<set id>  zset  task id -> when it joined its group, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   how many members are known already
-- ARGV[4]   how many to tell at most, a few hundred
-- RETURN    nothing when the set is not staged, or its deadline has passed; else an array: how many ids had no record and were
--           dropped, then id and message of each member

local sets, set, prefix, from = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[3])
local deadline = redis.call('ZSCORE', sets, set)
if not deadline or tonumber(deadline) <= tonumber(ARGV[2]) then
  return false
end
local found = { 0 }
for _, id in ipairs(redis.call('ZRANGE', set, from, from + ARGV[4] - 1)) do
  local message = redis.pcall('HGET', prefix .. id, 'msg')
  if type(message) == 'string' then
    found[#found + 1] = id
    found[#found + 1] = message
  else
    if type(message) == 'table' and not string.find(message.err, 'WRONGTYPE', 1, true) then
      error(message.err) -- not the fault of the key, so that nothing may be dropped for it
    end
    redis.call('ZREM', set, id)
    if not message then
      redis.call('DEL', prefix .. id) -- what else there may be of it is no task
    end
    found[1] = found[1] + 1
  end
end
return found
