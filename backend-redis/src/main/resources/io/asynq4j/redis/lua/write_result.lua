-- write_result: keep what a handler has to say with its task, while its attempt is under way.
--
-- KEYS[1]   asynq:{queue}:t:<id>   hash   the task
-- ARGV[1]   the name of the attempt
-- ARGV[2]   the result
-- RETURN    1 written, 0 not held
--
-- A hash that is gone is not brought back, since that would block the id for ever.

local task = redis.pcall('HMGET', KEYS[1], 'state', 'attempt', 'msg')
if task[1] ~= 'active' or task[2] ~= ARGV[1] or not task[3] then
  return 0
end
redis.call('HSET', KEYS[1], 'result', ARGV[2])
return 1
