-- change_all: run, archive or delete the first tasks of one list or set by hand.
--
-- KEYS[1]   asynq:{queue}:<state>    list or zset   task ids; the first of a list are on the right
-- KEYS[2]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[3]   asynq:{queue}:archived   zset   task id -> when, unix seconds
-- KEYS[4]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   run, archive or delete
-- ARGV[2]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[3]   the state of these tasks
-- ARGV[4]   the group that they wait in (empty: none)
-- ARGV[5]   now                      unix nanoseconds
-- ARGV[6]   now                      unix seconds
-- ARGV[7]   how many to change at most
-- RETURN    how many were taken out
--
-- An id that has no task, or whose task is in another state by its own word, is only taken out.

local from, pending, archived, groups = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local change, prefix, state, group, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[7])
local is_list = state == 'pending'
redis.call('LLEN', pending) -- what tasks go to has to be able to take them, or nothing may change
redis.call('ZCARD', archived)
redis.call('SCARD', groups)

local function make(id)
  local task = prefix .. id
  local hash = redis.pcall('HMGET', task, 'state', 'unique_key')
  if hash[1] ~= state then
    return
  end
  if change == 'run' then
    redis.call('LPUSH', pending, id)
    redis.call('HSET', task, 'state', 'pending', 'pending_since', ARGV[5])
  elseif change == 'archive' then
    redis.call('ZADD', archived, ARGV[6], id)
    redis.call('HSET', task, 'state', 'archived')
    redis.call('HDEL', task, 'pending_since')
  else
    if hash[2] and redis.pcall('GET', hash[2]) == id then
      redis.call('DEL', hash[2])
    end
    redis.call('DEL', task)
  end
end

local ids
if is_list then
  ids = redis.call('LRANGE', from, -limit, -1)
  redis.call('LTRIM', from, 0, -limit - 1)
else
  ids = redis.call('ZRANGE', from, 0, limit - 1)
  redis.call('ZREMRANGEBYRANK', from, 0, limit - 1)
end
for n = 1, #ids do
  make(ids[is_list and #ids - n + 1 or n])
end
if group ~= '' and redis.call('EXISTS', from) == 0 then
  redis.call('SREM', groups, group)
end
return #ids
