-- change: run, archive or delete tasks of one queue by hand, or give one another message.
--
-- KEYS[1]   asynq:{queue}:pending    list   task ids, next to run on the right
-- KEYS[2]   asynq:{queue}:archived   zset   task id -> when, unix seconds
-- KEYS[3]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   run, archive, delete; or keep: nothing but the message is changed, and only of a scheduled task
-- ARGV[2]   asynq:{queue}:           what the queue's keys begin with
-- ARGV[3]   now                      unix nanoseconds
-- ARGV[4]   now                      unix seconds
-- ARGV[5]   how many entries of the pending list to look at, at most, once a task was found there
-- ARGV[6]   the message that the task has to have (empty: any)
-- ARGV[7]   the message to give it instead (empty: it keeps its own)
-- ARGV[8..] task ids, at least one; one alone where a message is given
-- RETURN    array, for each task that was looked at, in their order: 1 done, 0 there is none, -1 it is active, -2 it is there
--           already, -3 its state does not allow it, or it is not where its state says, -4 its message is another one
--
-- Taking a task out of a list takes the longer the longer that is; so the last ones may be left for another call. Where the
-- task lies is known before anything is written, and that what it goes to can take it.

local change, prefix, expected, message = ARGV[1], ARGV[2], ARGV[6], ARGV[7]
local pending, archived, groups = KEYS[1], KEYS[2], KEYS[3]
local SETS = { scheduled = true, retry = true, archived = true, completed = true }
local TARGETS = { run = 'pending', archive = 'archived' }
local length = redis.call('LLEN', pending)
redis.call('ZCARD', archived)
redis.call('SCARD', groups)

local function since(id)
  local nanos = id and redis.pcall('HGET', prefix .. 't:' .. id, 'pending_since')
  return type(nanos) == 'string' and tonumber(nanos) or nil
end

-- Takes a task out of pending, looking from that end which it should be nearer to by its time.
local function withdraw(id)
  local here, first, last = since(id), since(redis.call('LINDEX', pending, -1)), since(redis.call('LINDEX', pending, 0))
  local left = here and first and last and last - here < here - first
  return redis.call('LREM', pending, left and 1 or -1, id) == 1
end

local function take(id, state, group)
  if state == 'pending' then
    return withdraw(id)
  elseif SETS[state] then
    return redis.pcall('ZREM', prefix .. state, id) == 1
  elseif state == 'aggregating' and group then
    local members = prefix .. 'g:' .. group
    if redis.pcall('ZREM', members, id) ~= 1 then
      return false
    end
    if redis.call('EXISTS', members) == 0 then
      redis.call('SREM', groups, group)
    end
    return true
  end
  return false
end

local function put(task, id, lock)
  if change == 'run' then
    redis.call('LPUSH', pending, id)
    redis.call('HSET', task, 'state', 'pending', 'pending_since', ARGV[3])
  elseif change == 'archive' then
    redis.call('ZADD', archived, ARGV[4], id)
    redis.call('HSET', task, 'state', 'archived')
    redis.call('HDEL', task, 'pending_since')
  elseif change == 'delete' then
    if lock and redis.pcall('GET', lock) == id then
      redis.call('DEL', lock)
    end
    redis.call('DEL', task)
  end
end

local function make(id)
  local task = prefix .. 't:' .. id
  local hash = redis.pcall('HMGET', task, 'state', 'group', 'unique_key', 'msg')
  if hash.err then
    return -3
  end
  local state = hash[1]
  if not state then
    return redis.call('EXISTS', task) == 0 and 0 or -3
  elseif change == 'keep' and state ~= 'scheduled' then
    return -3
  elseif state == 'active' then
    return -1
  elseif expected ~= '' and hash[4] ~= expected then
    return -4
  end
  if message == '' and state == TARGETS[change] then
    return -2
  end
  if change ~= 'keep' and state ~= TARGETS[change] then
    if not take(id, state, hash[2]) then
      return -3
    end
    put(task, id, hash[3])
  end
  if message ~= '' then
    redis.call('HSET', task, 'msg', message)
  end
  return 1, state
end

local outcomes, looked = {}, 0
for n = 8, #ARGV do
  local outcome, state = make(ARGV[n])
  outcomes[#outcomes + 1] = outcome
  if state == 'pending' then
    looked = looked + length
    if looked + length > tonumber(ARGV[5]) then
      break
    end
  end
end
return outcomes
