-- examine_record: see whether a task is in the place of its state, and put it there if it is in none.
--
-- KEYS[1]   asynq:{queue}:t:<id>            hash   the task
-- KEYS[2]   asynq:{queue}:lease             zset   task id -> expiry, unix seconds
-- KEYS[3]   asynq:{queue}:groups            set    names of groups
-- KEYS[4]   asynq:{queue}:aggregation_sets  zset   keys of sets -> deadline, unix seconds
-- KEYS[5]   asynq:{queue}:aggregated        zset   keys of sets whose members are left to be deleted -> since when
-- ARGV[1]   task id
-- ARGV[2]   what every key of the queue begins with
-- ARGV[3]   now                      unix seconds
-- ARGV[4]   now                      unix nanoseconds
-- ARGV[5]   1 to mend, 0 to look only
-- RETURN    1 it is, or was, in no place; 0 it is where it belongs, or is gone, or something foreign lies where it would be put
--
-- A task that waited for its time is due at once, one that was active is recovered as after a crash, and a record that says
-- nothing of a task is deleted. Members of more sets than can be looked at in one step are taken for well, and so are members
-- where something foreign lies in the place of the sets, which is told of its key.

local task, id, queue, now, mend = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[5] == '1'
local MOST_SETS = 200
local found = redis.call('HMGET', task, 'state', 'msg', 'group')
local state, group = found[1], found[3]

local function may_be(kind, key)
  local found = redis.call('TYPE', key).ok
  return found == kind or found == 'none'
end

local function is_staged()
  for _, sets in ipairs({ KEYS[4], KEYS[5] }) do
    if not may_be('zset', sets) or redis.call('ZCARD', sets) > MOST_SETS then
      return true
    end
    for _, set in ipairs(redis.call('ZRANGE', sets, 0, -1)) do
      if redis.pcall('ZSCORE', set, id) then
        return true
      end
    end
  end
  return false
end

local function is_in_place()
  if state == 'pending' or state == 'active' then
    return redis.pcall('LPOS', queue .. state, id)
  end
  if state == 'aggregating' then
    return (group and redis.pcall('ZSCORE', queue .. 'g:' .. group, id)) or is_staged()
  end
  return redis.pcall('ZSCORE', queue .. state, id) -- a foreign key is told of as such
end

local KNOWN = { pending = 1, active = 1, scheduled = 1, retry = 1, archived = 1, completed = 1, aggregating = 1 }
if redis.call('EXISTS', task) == 0 then
  return 0
end
local is_task = state and found[2] and KNOWN[state] and (state ~= 'aggregating' or group)
if is_task and is_in_place() then
  return 0
end
if not mend then
  return 1
end
if not is_task then
  redis.call('DEL', task)
elseif state == 'pending' then
  redis.call('LPUSH', queue .. 'pending', id)
  redis.call('HSET', task, 'pending_since', ARGV[4])
elseif state == 'active' then
  if not may_be('zset', KEYS[2]) then
    return 0
  end
  redis.call('ZADD', KEYS[2], now, id)
  redis.call('LPUSH', queue .. 'active', id)
elseif state == 'aggregating' then
  if not may_be('set', KEYS[3]) then
    return 0
  end
  redis.call('SADD', KEYS[3], group)
  redis.call('ZADD', queue .. 'g:' .. group, now, id)
else
  redis.call('ZADD', queue .. state, now, id)
end
return 1
