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

local id = ARGV[1]
if redis.call('ZREM', KEYS[2], id) == 0 then
  return 0
end
redis.call('LREM', KEYS[1], -1, id)
redis.call('HDEL', KEYS[4], 'attempt')
redis.call('HSET', KEYS[4], 'state', 'archived', 'set_aside', ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[2], id)
return 1
