-- set_aside_member: archive a member of a set whose message nobody can read, as it is.
--
-- KEYS[1]   asynq:{queue}:g:<group>:<set id>  zset  task id -> when it joined its group, unix seconds
-- KEYS[2]   asynq:{queue}:archived            zset  task id -> when, unix seconds
-- KEYS[3]   asynq:{queue}:t:<id>              hash  the task
-- ARGV[1]   task id
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   why, for people
-- RETURN    1 archived, 0 it was not a member any more

if redis.call('HGET', KEYS[3], 'state') ~= 'aggregating' or not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1]) -- first, since it is what could fail
redis.call('HSET', KEYS[3], 'state', 'archived', 'set_aside', ARGV[3])
redis.call('ZREM', KEYS[1], ARGV[1])
return 1
