-- mend_place: mend one id in a place, if it still disagrees with its record.
--
-- KEYS[1]   asynq:{queue}:<state>    list or zset   task ids; of aggregating tasks asynq:{queue}:g:<group>
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- KEYS[3]   asynq:{queue}:t:<id>     hash   the task
-- ARGV[1]   task id
-- ARGV[2]   state of tasks in this place
-- ARGV[3]   now                      unix seconds
-- RETURN    1 mended, 0 there was nothing wrong
--
-- An id without a record, or with one of another state, is taken out. An active task without a lease gets one that has
-- expired, so that it is recovered.

local place, lease, id, state = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local found = redis.call('HMGET', KEYS[3], 'state', 'msg')
if found[1] == state then
  if state ~= 'active' or redis.call('ZSCORE', lease, id) or not redis.call('LPOS', place, id) then
    return 0
  end
  redis.call('ZADD', lease, ARGV[3], id)
  return 1
end
if state == 'pending' or state == 'active' then
  return redis.call('LREM', place, 0, id) > 0 and 1 or 0
end
return redis.call('ZREM', place, id)
