-- trim_archive: delete archived tasks of one queue that are too old or too many, the oldest first.
--
-- KEYS[1]   asynq:{queue}:archived   zset   task id -> when, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   archived at or before this is too old, unix seconds
-- ARGV[3]   how many may stay
-- ARGV[4]   how many to delete at most
-- ARGV[5..] ids of tasks archived just now, which stay, often none
-- RETURN    how many were deleted; as many as ARGV[4] when there may be more to do
--
-- Their unique locks are released, since nothing else ever would. An id that is in another state by now is only taken
-- out of the archive.

local archived, prefix = KEYS[1], ARGV[1]
local cutoff, most = tonumber(ARGV[2]), tonumber(ARGV[4])
local stays = {}
for i = 5, #ARGV do
  stays[ARGV[i]] = true
end

local function delete(id)
  local task = prefix .. id
  local hash = redis.pcall('HMGET', task, 'state', 'unique_key')
  if hash[1] == 'archived' then
    local lock = hash[2]
    if lock and redis.pcall('GET', lock) == id then
      redis.call('DEL', lock)
    end
    redis.call('DEL', task)
  end
  redis.call('ZREM', archived, id)
end

local excess = redis.call('ZCARD', archived) - tonumber(ARGV[3])
local deleted = 0
local oldest = redis.call('ZRANGE', archived, 0, most + #ARGV - 5, 'WITHSCORES')
for i = 1, #oldest, 2 do
  if deleted == most or (deleted >= excess and tonumber(oldest[i + 1]) > cutoff) then
    break
  end
  if not stays[oldest[i]] then
    delete(oldest[i])
    deleted = deleted + 1
  end
end
return deleted
