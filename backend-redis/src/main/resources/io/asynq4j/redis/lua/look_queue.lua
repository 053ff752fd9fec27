-- look_queue: count what is in one queue, and tell since when its next task waits.
--
-- KEYS[1]   asynq:{queue}:pending    list    task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:active     list    task ids
-- KEYS[3]   asynq:{queue}:scheduled  zset    task ids
-- KEYS[4]   asynq:{queue}:retry      zset    task ids
-- KEYS[5]   asynq:{queue}:archived   zset    task ids
-- KEYS[6]   asynq:{queue}:completed  zset    task ids
-- KEYS[7]   asynq:{queue}:paused     string  there when the queue is paused
-- KEYS[8]   asynq:{queue}:processed  string  counter
-- KEYS[9]   asynq:{queue}:failed     string  counter
-- KEYS[10]  asynq:{queue}:processed:<day>  string  counter
-- KEYS[11]  asynq:{queue}:failed:<day>     string  counter
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- RETURN    array: length of the first six, 1 if paused, the four counters (text; nil: never), since when the next task is
--           pending (unix nanoseconds; nil: nobody knows)

local next_id = redis.call('LINDEX', KEYS[1], -1)
local since = next_id and redis.call('HGET', ARGV[1] .. next_id, 'pending_since')
return {
  redis.call('LLEN', KEYS[1]), redis.call('LLEN', KEYS[2]),
  redis.call('ZCARD', KEYS[3]), redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[5]), redis.call('ZCARD', KEYS[6]),
  redis.call('EXISTS', KEYS[7]),
  redis.call('GET', KEYS[8]), redis.call('GET', KEYS[9]), redis.call('GET', KEYS[10]), redis.call('GET', KEYS[11]),
  since,
}
