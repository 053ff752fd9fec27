-- fire: store the task of a periodic entry for one time, however many schedulers ask for it.
--
-- KEYS[1]   asynq:{queue}:periodic:<entry>  hash  how far the entry has got
-- KEYS[2]   asynq:{queue}:pending           list  task ids, next to run on the right
-- KEYS[3]   asynq:{queue}:scheduled         zset  task id -> due, unix seconds
-- KEYS[4]   asynq:{queue}:retry             zset  task id -> due, unix seconds
-- KEYS[5]   asynq:{queue}:groups            set   names of groups
-- KEYS[6]   asynq:{queue}:periodic          zset  keys of entries' hashes -> when they end, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3]   due: the schedule says so; now: somebody wants it; rest: an earlier call has left something over
-- ARGV[4]   the time that is due     unix seconds
-- ARGV[5]   the time up to which the entry is settled then, unix seconds
-- ARGV[6]   what to do while the task before is not finished: allow, skip, buffer, cancel
-- ARGV[7]   how long to keep the hash, seconds
-- ARGV[8]   state of the task        pending, scheduled or aggregating
-- ARGV[9]   id of the task
-- ARGV[10]  message of the task
-- ARGV[11]  pending: since when, unix nanoseconds; otherwise its score, unix seconds
-- ARGV[12]  unique lock of the task  (empty: none)
-- ARGV[13]  lock time                seconds
-- ARGV[14]  group of the task        (empty: none)
-- RETURN    array: outcome, settled up to (unix seconds), id of the last task (empty: none), 1 if something is left over,
--           id of a task to be asked to stop (empty: none), 1 if paused. Outcome: 1 stored, 0 its id is taken, -1 its lock is
--           held, 2 not later than the last one, 3 paused, 4 skipped, 5 left for later, 6 nothing to do
--
-- That the time is later than the last one is the whole of it: a task id made of entry and time would protect only while
-- the task is there. A time that is refused for another reason is settled too, or it would be tried again for ever. A task to be
-- asked to stop is named for as long as it runs, since the answer that named it first may have been lost.

local entry, pending, scheduled, retry, groups = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, kind, planned, overlap = ARGV[1], ARGV[3], ARGV[4], ARGV[6]

local fields = redis.call('HMGET', entry, 'last', 'task', 'waiting', 'dropping', 'paused')
local last, previous = fields[1] or '0', fields[2] or ''
local waiting, dropping, paused = fields[3], fields[4], fields[5]
local cancel = ''
local unfinished = {pending = true, scheduled = true, retry = true, active = true, aggregating = true}

local function state_of(id)
  local state = id ~= '' and redis.pcall('HGET', prefix .. id, 'state')
  return type(state) == 'string' and state or ''
end

-- Deletes a task that waits; false for one that runs.
local function withdraw(id)
  local state = state_of(id)
  if state == 'pending' then
    redis.call('LREM', pending, 1, id)
  elseif state == 'scheduled' or state == 'retry' then
    redis.call('ZREM', state == 'retry' and retry or scheduled, id)
  else
    return state ~= 'active'
  end
  local lock = redis.call('HGET', prefix .. id, 'unique_key')
  if lock and redis.pcall('GET', lock) == id then
    redis.call('DEL', lock)
  end
  redis.call('DEL', prefix .. id)
  return true
end

-- Stores the task as `submit` does, in the same order.
local function store()
  local state, id, time, lock, group = ARGV[8], ARGV[9], ARGV[11], ARGV[12], ARGV[14]
  local task = prefix .. id
  if lock ~= '' and redis.call('EXISTS', lock) == 1 then
    return -1
  elseif redis.call('EXISTS', task) == 1 then
    return 0
  end
  if group ~= '' then
    redis.call('SADD', groups, group)
  end
  if state == 'pending' then
    redis.call('LPUSH', pending, id)
    redis.call('HSET', task, 'msg', ARGV[10], 'state', state, 'pending_since', time)
  else
    if state == 'scheduled' then
      redis.call('ZADD', scheduled, time, id)
    else
      redis.call('ZADD', ARGV[2] .. group, time, id)
    end
    redis.call('HSET', task, 'msg', ARGV[10], 'state', state)
  end
  if group ~= '' then
    redis.call('HSET', task, 'group', group)
  end
  if lock ~= '' then
    redis.call('HSET', task, 'unique_key', lock)
    redis.call('SET', lock, id, 'EX', ARGV[13])
  end
  return 1
end

if dropping and withdraw(dropping) then
  redis.call('HDEL', entry, 'dropping')
  dropping = nil
end

local busy = unfinished[state_of(previous)]
local outcome
if kind == 'due' and tonumber(planned) <= tonumber(last) then
  outcome = 2
elseif kind == 'rest' and (not waiting or busy or paused) then
  outcome = 6
elseif kind == 'due' and paused then
  outcome = 3
elseif kind == 'due' and busy and overlap == 'skip' then
  outcome = 4
elseif kind == 'due' and busy and overlap == 'buffer' then
  outcome = 5
else
  if kind == 'due' and busy and overlap == 'cancel' and not withdraw(previous) then
    cancel = previous
  end
  outcome = store()
end

if outcome == 1 then
  previous = ARGV[9]
  redis.call('HSET', entry, 'task', previous)
  if cancel ~= '' then
    dropping = cancel
    redis.call('HSET', entry, 'dropping', cancel)
  end
else
  cancel = dropping or ''
end
if outcome == 5 then
  waiting = planned
  redis.call('HSET', entry, 'waiting', planned)
elseif kind == 'rest' and outcome ~= 6 then
  waiting = nil
  redis.call('HDEL', entry, 'waiting')
end
if kind == 'due' and outcome ~= 2 then
  last = ARGV[5]
  redis.call('HSET', entry, 'last', last)
end
if not paused and outcome ~= 2 and outcome ~= 6 then
  redis.call('EXPIRE', entry, ARGV[7])
  redis.call('ZADD', KEYS[6], ARGV[5] + ARGV[7], entry)
end
return {outcome, last, previous, (waiting or dropping) and 1 or 0, cancel, paused and 1 or 0}
