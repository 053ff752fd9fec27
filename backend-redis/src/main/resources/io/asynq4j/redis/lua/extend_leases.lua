-- extend_leases: move the expiry of leases still held, and name those that are not.
--
-- KEYS[1]   asynq:{queue}:lease    zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:       what the task hashes begin with
-- ARGV[2]   new expiry             unix seconds
-- ARGV[3..] for each attempt two values: task id, name of the attempt
-- RETURN    array of the ids from ARGV that are not held by that attempt any more, often empty
--
-- A lease that was settled or recovered in the meantime is not brought back.

local leases, prefix, expiry = KEYS[1], ARGV[1], ARGV[2]
local lost = {}
for i = 3, #ARGV, 2 do
  local id = ARGV[i]
  local attempt = redis.pcall('HGET', prefix .. id, 'attempt')
  if (attempt == false or attempt == ARGV[i + 1]) and redis.call('ZSCORE', leases, id) then
    redis.call('ZADD', leases, 'XX', expiry, id)
  else
    lost[#lost + 1] = id
  end
end
return lost
