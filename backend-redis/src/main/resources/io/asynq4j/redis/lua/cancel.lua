-- cancel: mark the attempt under way at a task as to be cancelled, and tell everybody.
--
-- KEYS[1]   asynq:{queue}:t:<id>   hash   the task
-- ARGV[1]   channel of ours
-- ARGV[2]   message to it: queue and id
-- ARGV[3]   channel that Go listens to as well
-- ARGV[4]   message to it: the id
-- RETURN    1 if the task was active, 0 if not
--
-- The mark is the name of the attempt, so it means no other one; an attempt of a Go worker has no name, and is only told.
-- Ours goes first: who has heard it knows what the other one is about.

local task = redis.pcall('HMGET', KEYS[1], 'state', 'attempt')
local active = task[1] == 'active'
if active and task[2] then
  redis.call('HSET', KEYS[1], 'cancel', task[2])
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return active and 1 or 0
