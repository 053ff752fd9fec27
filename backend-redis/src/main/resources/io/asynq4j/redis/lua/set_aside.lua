-- set_aside: archive a task whose message nobody can read, as it is.
--
-- KEYS[1]   asynq:{queue}:active     list   task ids, newest on the left
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- KEYS[3]   asynq:{queue}:archived   zset   task id -> when, unix seconds
-- KEYS[4]   asynq:{queue}:t:<id>     hash   the task
-- ARGV[1]   task id
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   why, for people
-- RETURN    1 archived, 0 it was not active any more

local active, lease, archived, task, id = KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[1]
if redis.call('HGET', task, 'state') ~= 'active' or not redis.call('ZSCORE', lease, id) then
  return 0
end
redis.call('ZADD', archived, ARGV[2], id) -- first, since it is what could fail
redis.call('HSET', task, 'state', 'archived', 'set_aside', ARGV[3])
redis.call('HDEL', task, 'attempt')
redis.call('ZREM', lease, id)
redis.call('LREM', active, -1, id)
return 1
