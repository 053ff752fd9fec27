-- look_pending: say whether any of several queues has tasks to give. Reads only, so that Redis remembers what was read.
--
-- KEYS[1..] for each queue two keys:
--           asynq:{queue}:pending  list    task ids, next to run on the right
--           asynq:{queue}:paused   string  there while the queue gives nothing
-- RETURN    1 if some queue that is not paused has tasks, otherwise 0
--
-- Every key is read whatever the others hold: one that is not read is not watched. A key of a foreign type has no tasks. No
-- other key is declared, since Redis 6.2 watches all that are.

local something = 0
for queue = 1, #KEYS, 2 do
  local length = redis.pcall('LLEN', KEYS[queue])
  local paused = redis.call('EXISTS', KEYS[queue + 1])
  if type(length) == 'number' and length > 0 and paused == 0 then
    something = 1
  end
end
return something
