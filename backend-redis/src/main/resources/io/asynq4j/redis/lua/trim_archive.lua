-- trim_archive: delete archived tasks of one queue that are too old or too many, the oldest first.
--
-- KEYS[1]   asynq:{queue}:archived   zset   task id -> when, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   archived at or before this is too old, unix seconds
-- ARGV[3]   how many may stay
-- ARGV[4]   how many to delete at most
-- RETURN    how many were deleted
--
-- Their unique locks are released, since nothing else ever would.

local archived, prefix, most = KEYS[1], ARGV[1], tonumber(ARGV[4])
local deleted = 0

local function delete(ids)
  for _, id in ipairs(ids) do
    local task = prefix .. id
    local lock = redis.pcall('HGET', task, 'unique_key')
    if type(lock) == 'string' and redis.pcall('GET', lock) == id then
      redis.call('DEL', lock)
    end
    redis.call('DEL', task)
    redis.call('ZREM', archived, id)
    deleted = deleted + 1
  end
end

delete(redis.call('ZRANGEBYSCORE', archived, '-inf', ARGV[2], 'LIMIT', 0, most))
local excess = math.min(redis.call('ZCARD', archived) - tonumber(ARGV[3]), most - deleted)
if excess > 0 then
  delete(redis.call('ZRANGE', archived, 0, excess - 1))
end
return deleted
