-- return_set: move members of a set that does not become a task back to their group, which is known then.
--
-- KEYS[1]   asynq:{queue}:groups            set   names of groups
-- KEYS[2]   asynq:{queue}:aggregation_sets  zset  keys of sets -> deadline, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[3]   now                      unix seconds
-- ARGV[4]   how many members to move at most
-- ARGV[5]   the key of the set; empty: the sets whose deadline has passed, the earliest first
-- RETURN    array: 1 if there was such a set, how many members were moved or dropped, the earliest deadline of all sets that
--           are left (unix seconds, or -1), how many of the members had no record and were dropped
--
-- The deadline of a set that is on its way back is 0: it cannot be finished any more, and any server moves on what is left.

local groups, sets = KEYS[1], KEYS[2]
local prefix, group_prefix, now, left = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local MOST_SETS = 100 -- in one step
local moved, dropped = 0, 0

-- The group whose set has this key; nothing where it is no such key.
local function group_of(set)
  if string.sub(set, 1, #group_prefix) == group_prefix then
    return string.match(string.sub(set, #group_prefix + 1), '^(.+):[^:]*$')
  end
end

-- Nothing is taken from the set before it is in the group, which can turn out to be of a foreign type.
local function move(set, group)
  local ids = redis.pcall('ZRANGE', set, 0, left - 1, 'WITHSCORES')
  if ids.err then
    return
  end
  for i = 1, #ids, 2 do
    if redis.pcall('HEXISTS', prefix .. ids[i], 'msg') == 1 then
      local trouble = redis.pcall('ZADD', group_prefix .. group, ids[i + 1], ids[i])
      if type(trouble) == 'table' then
        return
      end
      redis.call('SADD', groups, group)
    else
      dropped = dropped + 1
    end
    redis.call('ZREM', set, ids[i])
    moved = moved + 1
    left = left - 1
  end
  if redis.call('EXISTS', set) == 0 then
    redis.call('ZREM', sets, set)
  end
end

local found = { ARGV[5] }
if ARGV[5] == '' then
  found = redis.call('ZRANGEBYSCORE', sets, '-inf', now, 'LIMIT', 0, MOST_SETS)
elseif not redis.call('ZSCORE', sets, ARGV[5]) then
  found = {}
end
for _, set in ipairs(found) do
  if left > 0 then
    local group = group_of(set)
    if group then
      redis.call('ZADD', sets, 'XX', 0, set)
      move(set, group)
    else
      redis.call('ZREM', sets, set)
    end
  end
end
local next_deadline = redis.call('ZRANGEBYSCORE', sets, '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
return { #found > 0 and 1 or 0, moved, next_deadline or '-1', dropped }
