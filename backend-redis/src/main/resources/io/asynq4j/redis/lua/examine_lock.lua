-- examine_lock: see whether the task that holds a unique lock is there, and release the lock if it is not.
--
-- KEYS[1]   asynq:{queue}:unique:<type>:<hash>  string  id of the task that holds the lock
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   1 to mend, 0 to look only
-- RETURN    1 the task is gone, 0 it is there, or the lock is not

local holder = redis.call('GET', KEYS[1])
if not holder or redis.call('EXISTS', ARGV[1] .. holder) == 1 then
  return 0
end
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[1])
end
return 1
