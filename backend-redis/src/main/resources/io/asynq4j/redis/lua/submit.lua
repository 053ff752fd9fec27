-- submit: store new tasks of one queue, each whole or not at all.
--
-- KEYS[1]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:scheduled  zset   task id -> due, unix seconds
-- KEYS[3]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3..] for each task four values:
--           state (pending, scheduled or aggregating; empty: pending, without lock and group), id, message,
--           time (pending: since when, unix nanoseconds; otherwise its score, unix seconds);
--           and unless the state is empty three more: unique lock (empty: none), lock time in seconds, group (empty: none)
-- RETURN    array, for each task: 1 stored, 0 its id is taken, -1 its lock is held
--
-- The lock is looked at first and taken last, so that a refused task leaves nothing behind. Lists and sets come before the
-- hash: they alone can turn out to be of a foreign type, and then the task is not half there.

local pending, scheduled, groups = KEYS[1], KEYS[2], KEYS[3]
local prefix, group_prefix = ARGV[1], ARGV[2]
local outcomes = {}

-- Stores a task that has a group or is not pending.
local function place(task, id, state, message, time, group)
  if group ~= '' then
    redis.call('SADD', groups, group)
  end
  if state == 'scheduled' then
    redis.call('ZADD', scheduled, time, id)
  else
    redis.call('ZADD', group_prefix .. group, time, id)
  end
  redis.call('HSET', task, 'msg', message, 'state', state)
  if group ~= '' then
    redis.call('HSET', task, 'group', group)
  end
end

-- Stores the task whose values begin at `i`, and answers its outcome.
local function submit(i)
  local state, id, message, time = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local lock = ARGV[i + 4]
  local task = prefix .. id
  if lock ~= '' and redis.call('EXISTS', lock) == 1 then
    return -1
  elseif redis.call('EXISTS', task) == 1 then
    return 0
  elseif state == 'pending' then
    redis.call('LPUSH', pending, id)
    redis.call('HSET', task, 'msg', message, 'state', state, 'pending_since', time)
  else
    place(task, id, state, message, time, ARGV[i + 6])
  end
  if lock ~= '' then
    redis.call('HSET', task, 'unique_key', lock)
    redis.call('SET', lock, id, 'EX', ARGV[i + 5])
  end
  return 1
end

-- Stores the plain tasks that follow each other from `i` on, and answers where they end. What is asked and written of the
-- queue is so once for all of them, since each call costs more than what it does.
local function submit_plain(i)
  local ids, tasks, values = {}, {}, {}
  local seen = {}
  local taken = false
  while ARGV[i] == '' do
    local id = ARGV[i + 1]
    taken = taken or seen[id]
    seen[id] = true
    ids[#ids + 1] = id
    tasks[#tasks + 1] = prefix .. id
    values[#values + 1] = i
    i = i + 4
  end
  local new, at = ids, values
  if taken or redis.call('EXISTS', unpack(tasks)) > 0 then
    new, at, seen = {}, {}, {}
    for n, id in ipairs(ids) do
      local is_new = not seen[id] and redis.call('EXISTS', tasks[n]) == 0
      seen[id] = true
      outcomes[#outcomes + 1] = is_new and 1 or 0
      if is_new then
        new[#new + 1] = id
        at[#at + 1] = values[n]
      end
    end
  else
    for _ = 1, #ids do
      outcomes[#outcomes + 1] = 1
    end
  end
  if #new > 0 then
    redis.call('LPUSH', pending, unpack(new))
  end
  for n, id in ipairs(new) do
    local first = at[n]
    redis.call('HSET', prefix .. id, 'msg', ARGV[first + 2], 'state', 'pending', 'pending_since', ARGV[first + 3])
  end
  return i
end

local i = 3
while i <= #ARGV do
  if ARGV[i] == '' then
    i = submit_plain(i)
  else
    outcomes[#outcomes + 1] = submit(i)
    i = i + 7
  end
end
return outcomes
