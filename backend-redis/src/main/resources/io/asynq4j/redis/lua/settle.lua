-- settle: write how attempts at tasks of one queue ended, each one whole or not at all.
--
-- KEYS[1]   asynq:{queue}:active     list    task ids, newest on the left
-- KEYS[2]   asynq:{queue}:lease      zset    task id -> expiry, unix seconds
-- KEYS[3]   asynq:{queue}:pending    list    task ids, next to run on the right
-- KEYS[4]   asynq:{queue}:retry      zset    task id -> due, unix seconds
-- KEYS[5]   asynq:{queue}:archived   zset    task id -> when, unix seconds
-- KEYS[6]   asynq:{queue}:completed  zset    task id -> end of its retention, unix seconds
-- KEYS[7]   asynq:{queue}:processed  string  counter
-- KEYS[8]   asynq:{queue}:failed     string  counter
-- KEYS[9]   asynq:{queue}:processed:<day>  string  counter
-- KEYS[10]  asynq:{queue}:failed:<day>     string  counter
-- KEYS[11]  asynq:{queue}:scheduled  zset   task id -> due, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   now                      unix nanoseconds
-- ARGV[3]   end of the day counters  unix seconds
-- ARGV[4]   cutoff, unix seconds: only attempts whose lease expired by then, and one that is retried has crashed once more
--           in a row; empty: whenever it expires
-- ARGV[5..] for each attempt three values:
--           state to go to (pending, scheduled, retry, archived, completed; deleted, or empty for the same), id, name of the
--           attempt; and unless the state is empty four more: message (retry, archived, completed), score (the same and
--           scheduled, unix seconds), 1 if it counts as failed, unique lock to release (or empty)
-- RETURN    array, for each attempt: 1 written, 0 not held, or the text of an error, and nothing was written for it
--
-- Whether an attempt is held is known before anything is written; what cannot be looked at is an error. A hash without a name
-- is that of a Go worker's attempt, whose name is empty: who recovers it gives that, and no attempt of ours is meant. Counters
-- move once.

local active, lease, pending = KEYS[1], KEYS[2], KEYS[3]
local prefix, now, cutoff = ARGV[1], ARGV[2], tonumber(ARGV[4])
local places = { retry = KEYS[4], archived = KEYS[5], completed = KEYS[6], scheduled = KEYS[11] }
local processed, failed = 0, 0

-- What each call costs is most of what this costs, so what can be asked and written for all at once is.
local places_of, ids, leased = {}, {}, {}
local place = 5
while place <= #ARGV do
  places_of[#ids + 1] = place
  ids[#ids + 1] = ARGV[place + 1]
  place = place + (ARGV[place] == '' and 3 or 7)
end
local expiries = redis.pcall('ZMSCORE', lease, unpack(ids))
for n, id in ipairs(ids) do
  leased[id] = expiries.err and expiries or expiries[n]
end
local settled, deleted = {}, {}

-- Whether the attempt is held, or the error that keeps us from knowing. Where a task's hash is of a foreign type, there is no
-- task.
local function held(task, id, attempt)
  local expiry = leased[id]
  if type(expiry) == 'table' then
    return expiry
  elseif not expiry or (cutoff and tonumber(expiry) > cutoff) then
    return false
  end
  local hash = redis.pcall('HMGET', task, 'state', 'attempt')
  if hash.err and not string.find(hash.err, 'WRONGTYPE', 1, true) then
    return hash
  end
  return hash[1] == 'active' and (hash[2] or '') == attempt
end

local function unlock(lock, id)
  if lock ~= '' and redis.pcall('GET', lock) == id then
    redis.call('DEL', lock)
  end
end

-- What alone can fail, since the key may be of a foreign type; so it comes first.
local function put(state, id, score)
  if state == 'pending' then
    return redis.pcall('RPUSH', pending, id)
  elseif places[state] then
    return redis.pcall('ZADD', places[state], score, id)
  end
  return 0
end

-- Takes ids out of active. Most are at its old end, since what was fetched first mostly ends first: that end is cut off, and
-- what is not settled put back, which costs less than to look for many one by one.
local function take_out(ids)
  local gone, stays, cut = {}, {}, 0
  if #ids > 3 then
    for _, id in ipairs(ids) do
      gone[id] = true
    end
    local old = redis.pcall('LRANGE', active, -4 * #ids, -1)
    for i = #old, 1, -1 do
      if gone[old[i]] then
        gone[old[i]] = nil
        cut = #old + 1 - i
      else
        stays[#old + 1 - i] = old[i]
      end
    end
    local back = {}
    for i = cut, 1, -1 do
      back[#back + 1] = stays[i]
    end
    if cut > 0 then
      redis.call('LTRIM', active, 0, -cut - 1)
    end
    if #back > 0 then
      redis.call('RPUSH', active, unpack(back))
    end
  end
  for _, id in ipairs(ids) do
    if #ids <= 3 or gone[id] then
      redis.pcall('LREM', active, -1, id)
    end
  end
end

local outcomes = {}
for n, first in ipairs(places_of) do
  local state, id, attempt = ARGV[first], ARGV[first + 1], ARGV[first + 2]
  local task = prefix .. id
  local placed = held(task, id, attempt)
  if placed == true then
    placed = put(state, id, ARGV[first + 4])
  end
  if not placed then
    outcomes[n] = 0
  elseif type(placed) == 'table' then
    outcomes[n] = placed.err
  else
    if state == '' or state == 'deleted' then
      deleted[#deleted + 1] = task
    elseif state == 'pending' then
      redis.call('HDEL', task, 'attempt', 'cancel', 'crashes')
      redis.call('HSET', task, 'state', state, 'pending_since', now)
    elseif state == 'scheduled' then
      redis.call('HDEL', task, 'attempt', 'cancel', 'crashes')
      redis.call('HSET', task, 'state', state)
    else
      redis.call('HDEL', task, 'attempt', 'cancel')
      if cutoff and state == 'retry' then
        redis.pcall('HINCRBY', task, 'crashes', 1) -- whatever was written there
      else
        redis.call('HDEL', task, 'crashes')
      end
      redis.call('HSET', task, 'state', state, 'msg', ARGV[first + 3])
    end
    settled[#settled + 1] = id
    leased[id] = nil
    if state ~= '' then
      unlock(ARGV[first + 6], id)
    end
    if state ~= '' and ARGV[first + 5] == '1' then
      failed = failed + 1
      processed = processed + 1
    elseif state == '' or state == 'deleted' or state == 'completed' then
      processed = processed + 1
    end
    outcomes[n] = 1
  end
end
if #settled > 0 then
  take_out(settled)
  redis.call('ZREM', lease, unpack(settled))
end
if #deleted > 0 then
  redis.call('DEL', unpack(deleted))
end

-- What goes wrong from here on is a counter that is no number: no reason to fail after the tasks were written.
local function add(day, count)
  if count > 0 and redis.pcall('INCRBY', day, count) == count then
    redis.call('EXPIREAT', day, ARGV[3])
  end
end

if processed > 0 then
  add(KEYS[9], processed)
  add(KEYS[10], failed)
  local total = redis.pcall('GET', KEYS[7])
  if type(total) == 'string' and (tonumber(total) or 0) + processed >= 9223372036854775807 then
    redis.call('SET', KEYS[7], processed)
    if failed > 0 then
      redis.call('SET', KEYS[8], failed)
    end
  else
    redis.pcall('INCRBY', KEYS[7], processed)
    if failed > 0 then
      redis.pcall('INCRBY', KEYS[8], failed)
    end
  end
end
return outcomes
