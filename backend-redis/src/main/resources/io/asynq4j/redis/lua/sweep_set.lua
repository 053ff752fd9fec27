-- sweep_set: delete members of sets that have become a task.
--
-- KEYS[1]   asynq:{queue}:aggregated  zset   keys of sets whose members are left to be deleted -> since when, unix seconds
-- ARGV[1]   asynq:{queue}:t:          what the task hashes begin with
-- ARGV[2]   how many to delete at most
-- RETURN    how many were deleted; as many as ARGV[2] when there may be more to do
--
-- Their unique locks are released, since nothing else ever would. An id that is in another state by now is left alone.

local aggregated, prefix, most = KEYS[1], ARGV[1], tonumber(ARGV[2])
local deleted = 0

local function delete(id)
  local hash = redis.pcall('HMGET', prefix .. id, 'state', 'unique_key')
  if hash[1] == 'aggregating' then
    if hash[2] and redis.pcall('GET', hash[2]) == id then
      redis.call('DEL', hash[2])
    end
    redis.call('DEL', prefix .. id)
  end
end

while deleted < most do
  local set = redis.call('ZRANGE', aggregated, 0, 0)[1]
  if not set then
    break
  end
  local ids = redis.pcall('ZRANGE', set, 0, most - deleted - 1)
  if ids.err or #ids == 0 then
    redis.call('ZREM', aggregated, set)
  else
    for _, id in ipairs(ids) do
      delete(id)
    end
    redis.call('ZREMRANGEBYRANK', set, 0, #ids - 1)
    deleted = deleted + #ids
  end
end
return deleted
