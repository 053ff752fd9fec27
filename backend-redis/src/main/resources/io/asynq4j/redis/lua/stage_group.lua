-- stage_group: move members of a group, the oldest if there is a limit, to a set that is to be aggregated, if they are due.
--
-- KEYS[1]   asynq:{queue}:groups              set   names of groups
-- KEYS[2]   asynq:{queue}:g:<group>           zset  task id -> when it joined, unix seconds
-- KEYS[3]   asynq:{queue}:g:<group>:<set id>  zset  the same, for the set
-- KEYS[4]   asynq:{queue}:aggregation_sets    zset  keys of sets -> deadline, unix seconds
-- ARGV[1]   name of the group
-- ARGV[2]   now                      unix seconds
-- ARGV[3]   deadline of the set      unix seconds
-- ARGV[4]   due when nobody has joined for so long, seconds
-- ARGV[5]   due when the oldest member has waited so long, seconds; 0: no limit
-- ARGV[6]   due when there are so many members, and how many are moved; 0: no limit
-- RETURN    array: how many were moved, when the group is due if nobody joins (unix seconds; -1: it has no members)
--
-- A whole group is moved by renaming it, so that its size does not matter. One with members that are not due is made known,
-- should another program have forgotten that.

local groups, group, set, sets = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, grace = tonumber(ARGV[2]), tonumber(ARGV[4])
local max_delay, max_size = tonumber(ARGV[5]), tonumber(ARGV[6])

local function due_at(size)
  if size == 0 then
    return nil
  elseif max_size > 0 and size >= max_size then
    return now
  end
  local at = tonumber(redis.call('ZRANGE', group, -1, -1, 'WITHSCORES')[2]) + grace
  if max_delay > 0 then
    at = math.min(at, tonumber(redis.call('ZRANGE', group, 0, 0, 'WITHSCORES')[2]) + max_delay)
  end
  return at
end

local size = redis.call('ZCARD', group)
local at = due_at(size)
local moved = 0
if at and at > now then
  redis.call('SADD', groups, ARGV[1])
elseif at then
  redis.call('ZADD', sets, ARGV[3], set) -- first, since it is what could fail
  if max_size == 0 or size <= max_size then
    redis.call('SREM', groups, ARGV[1])
    redis.call('RENAME', group, set)
    moved = size
  else
    redis.call('ZRANGESTORE', set, group, 0, max_size - 1)
    redis.call('ZREMRANGEBYRANK', group, 0, max_size - 1)
    moved = max_size
  end
  at = due_at(size - moved)
end
return { moved, at and string.format('%.0f', math.ceil(at)) or '-1' }
