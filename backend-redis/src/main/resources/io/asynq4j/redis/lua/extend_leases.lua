-- extend_leases: move the expiry of leases still held, and tell which are not.
--
-- KEYS[1]   asynq:{queue}:lease    zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:       what the task hashes begin with
-- ARGV[2]   new expiry             unix seconds
-- ARGV[3..] for each attempt two values: task id, name of the attempt
-- RETURN    array of the positions, from 1, of those that are not held any more, often empty
--
-- A lease that was settled or recovered in the meantime is not brought back, and that of a Go worker's attempt, which has no
-- name, is not touched. One that was destroyed is brought back: the task is then still active, and its attempt still ours by name.

local leases, prefix, expiry = KEYS[1], ARGV[1], ARGV[2]
local lost = {}

-- Whether the attempt is held; nobody else can have taken a task that is active under its name.
local function held(id, attempt)
  local hash = redis.pcall('HMGET', prefix .. id, 'attempt', 'state')
  if hash.err and not string.find(hash.err, 'WRONGTYPE', 1, true) then
    error(hash.err) -- not the fault of the key, so that no handler may be stopped for it
  elseif redis.call('ZSCORE', leases, id) then
    return hash[1] == attempt
  end
  return hash[1] == attempt and hash[2] == 'active'
end

for i = 3, #ARGV, 2 do
  local id = ARGV[i]
  if held(id, ARGV[i + 1]) then
    redis.call('ZADD', leases, expiry, id)
  else
    lost[#lost + 1] = (i - 1) / 2
  end
end
return lost
