-- remove_queue: delete one queue, some tasks at a time, with all that belongs to it.
--
-- KEYS[1]   asynq:{queue}:pending           list    task ids
-- KEYS[2]   asynq:{queue}:active            list    task ids
-- KEYS[3]   asynq:{queue}:scheduled         zset    task ids
-- KEYS[4]   asynq:{queue}:retry             zset    task ids
-- KEYS[5]   asynq:{queue}:archived          zset    task ids
-- KEYS[6]   asynq:{queue}:completed         zset    task ids
-- KEYS[7]   asynq:{queue}:groups            set     names of groups
-- KEYS[8]   asynq:{queue}:aggregation_sets  zset    keys of sets of members that are being aggregated
-- KEYS[9]   asynq:{queue}:aggregated        zset    keys of sets whose members are left to be deleted
-- KEYS[10]  asynq:{queue}:paused            string  there when the queue is paused
-- KEYS[11]  asynq:{queue}:periodic          zset    keys of hashes of periodic entries
-- KEYS[12..] what else is there of the queue, and is deleted in the end
-- ARGV[1]   asynq:{queue}:           what the queue's keys begin with
-- ARGV[2]   1: delete its tasks
-- ARGV[3]   how many tasks to delete at most
-- ARGV[4]   now                      unix seconds
-- RETURN    array: 1 the queue is gone, 0 there is more to do, -1 it has tasks, -2 it has active tasks; how many tasks were
--           deleted
--
-- As long as there is more to do, it is paused, so that nobody takes what is to be deleted, and not any more once it turns out
-- to have tasks that may not be. Members of a set that has become a task are no tasks any more. What is of a foreign type goes
-- as well.

local prefix, force, left, now = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), ARGV[4]
local most = left
local groups, aggregation_sets, aggregated, paused, periodic = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local tasks = { KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6] }
local MOST_NAMES = 500 -- of groups and sets, in one step
local BY_US = 'removing since '

local function size(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'list' then
    return redis.call('LLEN', key)
  elseif kind == 'zset' then
    return redis.call('ZCARD', key)
  end
  return 0
end

local function delete(id)
  local task = prefix .. 't:' .. id
  local lock = redis.pcall('HGET', task, 'unique_key')
  if type(lock) == 'string' and redis.pcall('GET', lock) == id then
    redis.call('DEL', lock)
  end
  redis.call('DEL', task)
end

-- Deletes as many tasks of a list or set as are left to be deleted; true when it is gone then.
local function clear(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'list' or kind == 'zset' then
    local ids = left > 0 and redis.call(kind == 'list' and 'LRANGE' or 'ZRANGE', key, 0, left - 1) or {}
    for _, id in ipairs(ids) do
      delete(id)
    end
    if kind == 'list' then
      redis.call('LTRIM', key, #ids, -1)
    elseif #ids > 0 then
      redis.call('ZREMRANGEBYRANK', key, 0, #ids - 1)
    end
    left = left - #ids
    return redis.call('EXISTS', key) == 0
  end
  redis.call('DEL', key)
  return true
end

-- Deletes groups; true when none is left, nothing when one has members that may not be deleted.
local function clear_groups()
  if redis.call('TYPE', groups).ok ~= 'set' then
    return true
  end
  local cursor, looked = '0', 0
  repeat
    local page = redis.call('SSCAN', groups, cursor, 'COUNT', 100)
    cursor = page[1]
    for _, group in ipairs(page[2]) do
      local members = prefix .. 'g:' .. group
      if not force and size(members) > 0 then
        return nil
      elseif clear(members) then
        redis.call('SREM', groups, group)
      end
    end
    looked = looked + 100
  until cursor == '0' or looked >= MOST_NAMES or left == 0
  return redis.call('EXISTS', groups) == 0
end

-- Deletes the sets that a set names.
local function clear_sets(sets)
  if redis.call('TYPE', sets).ok ~= 'zset' then
    return true
  end
  for _, set in ipairs(redis.call('ZRANGE', sets, 0, MOST_NAMES - 1)) do
    if string.sub(set, 1, #prefix) ~= prefix or clear(set) then
      redis.call('ZREM', sets, set)
    end
  end
  return redis.call('EXISTS', sets) == 0
end

local function clear_periodic()
  if redis.call('TYPE', periodic).ok ~= 'zset' then
    return true
  end
  for _, entry in ipairs(redis.call('ZRANGE', periodic, 0, MOST_NAMES - 1)) do
    if string.sub(entry, 1, #prefix) == prefix then
      redis.call('DEL', entry)
    end
    redis.call('ZREM', periodic, entry)
  end
  return redis.call('EXISTS', periodic) == 0
end

-- Leaves the queue to those who work on it.
local function refused(why)
  local since = redis.pcall('GET', paused)
  if type(since) == 'string' and string.sub(since, 1, #BY_US) == BY_US then
    redis.call('DEL', paused)
  end
  return { why, 0 }
end

if size(KEYS[2]) > 0 then
  return refused(-2)
end
if not force then
  for _, key in ipairs(tasks) do
    if size(key) > 0 then
      return refused(-1)
    end
  end
  if size(aggregation_sets) > 0 then
    return refused(-1)
  end
end
local groups_gone = clear_groups()
if groups_gone == nil then
  return refused(-1)
end
local gone = groups_gone
for _, key in ipairs(tasks) do
  gone = clear(key) and gone
end
gone = clear_sets(aggregation_sets) and gone
gone = clear_sets(aggregated) and gone
gone = clear_periodic() and gone
if gone then
  for i = 1, #KEYS do
    redis.call('DEL', KEYS[i])
  end
else
  redis.call('SET', paused, BY_US .. now, 'NX')
end
return { gone and 1 or 0, most - left }
