-- delete_expired: delete completed tasks of one queue whose retention is over.
--
-- KEYS[1]   asynq:{queue}:completed  zset   task id -> end of its retention, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   how many to delete at most
-- RETURN    how many were deleted
--
-- Their locks were released when they succeeded. An id that is in another state by now is only taken out of the zset.

local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(over) do
  local task = ARGV[1] .. id
  if redis.pcall('HGET', task, 'state') == 'completed' then
    redis.call('DEL', task)
  end
  redis.call('ZREM', KEYS[1], id)
end
return #over
