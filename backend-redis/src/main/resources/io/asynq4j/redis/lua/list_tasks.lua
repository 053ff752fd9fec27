-- list_tasks: read tasks of one list or set from a place on, or from behind tasks that were there.
--
-- KEYS[1]   asynq:{queue}:<state>    list or zset   task ids; a list is read from the right, a zset by its scores
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   list; active, which is a list with leases; or zset
-- ARGV[3]   how many tasks to read at most
-- ARGV[4]   how many to pass over; in a list, when ids follow, how many were passed when these were read
-- ARGV[5]   zset: the score of the task in ARGV[6], behind which to go on (empty: no such task);
--           list: where to look for the ids that follow, as a number of tasks from the right
-- ARGV[6..] ids of tasks read before, the last one last: of a zset one at most, of a list any number
-- RETURN    array: 1 if there are more, how many are passed by then, the id behind which this begins (empty: none), then for
--           each task six values: id, score (empty in a list), message, result, since when it is pending, lease (each empty:
--           none); or, if none of the ids was found where it was looked for: how long the list is, -1, empty
--
-- In a zset a place is known by score and id, whether that task is there or not. In a list only other tasks tell it: the last
-- one of them that is there, unless it has left and joined the end again.

local key, prefix = KEYS[1], ARGV[1]
local is_list, limit, passed = ARGV[2] ~= 'zset', tonumber(ARGV[3]), tonumber(ARGV[4])
local WINDOW = 2000 -- how much of a list to look at in one step
local FIRST = 6 -- of the ids
local behind = ''

-- Whether Redis keeps `a` before `b`, which have the same score: by their bytes, and not by anybody's language.
local function is_before(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then
      return x < y
    end
  end
  return #a < #b
end

-- How many members have this score or less, and among those that have it, come no later than `id`.
local function rank_behind(score, id)
  local low = redis.call('ZCOUNT', key, '-inf', '(' .. score)
  local high = low + redis.call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_before(id, redis.call('ZRANGE', key, middle, middle)[1]) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

-- How many tasks are on the right of what comes behind the ids; nothing where none of them is found.
local function place_behind(from)
  if redis.call('LINDEX', key, -passed) == ARGV[#ARGV] then
    behind = ARGV[#ARGV] -- nothing has moved
    return passed
  end
  local there = redis.call('LRANGE', key, -from - WINDOW, -from - 1)
  local at = {}
  for i = 1, #there do
    at[there[i]] = from + #there - i
  end
  for n = #ARGV, FIRST, -1 do
    local place = at[ARGV[n]]
    local before = place and there[from + #there - place + 1]
    if place and (place < passed or (n > FIRST and before == ARGV[n - 1])) then
      behind = ARGV[n]
      return place + 1
    end
  end
end

if is_list and #ARGV >= FIRST then
  passed = place_behind(tonumber(ARGV[5]))
elseif ARGV[5] ~= '' and #ARGV >= FIRST then
  passed = rank_behind(ARGV[5], ARGV[FIRST])
end
if not passed then
  return { redis.call('LLEN', key), -1, '' }
end

local found, step
if is_list then
  found, step = redis.call('LRANGE', key, -passed - limit, -passed - 1), 1
else
  found, step = redis.call('ZRANGE', key, passed, passed + limit - 1, 'WITHSCORES'), 2
end
local size = redis.call(is_list and 'LLEN' or 'ZCARD', key)
local listed = #found / step
local answer = { size > passed + listed and 1 or 0, passed + listed, behind }
for n = 1, listed do
  local id = is_list and found[#found - n + 1] or found[2 * n - 1]
  local task = redis.pcall('HMGET', prefix .. id, 'msg', 'result', 'pending_since')
  answer[#answer + 1] = id
  answer[#answer + 1] = is_list and '' or found[2 * n]
  for field = 1, 3 do
    answer[#answer + 1] = task[field] or ''
  end
  answer[#answer + 1] = ARGV[2] == 'active' and redis.call('ZSCORE', KEYS[2], id) or ''
end
return answer
