-- due_groups: name the groups of one queue that can be aggregated, some at a time.
--
-- KEYS[1]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[2]   where to go on           cursor of SSCAN
-- ARGV[3]   about how many groups to look at
-- ARGV[4]   now                      unix seconds
-- ARGV[5]   due when nobody has joined for so long, seconds
-- ARGV[6]   due when the oldest member has waited so long, seconds; 0: no limit
-- ARGV[7]   due when there are so many members; 0: no limit
-- RETURN    array: where to go on (0: nowhere), when the earliest group that is not due will be (unix seconds, or -1), then
--           the names of those that are due
--
-- Names without a group are left: a task may be waiting that will join it.

local now, grace = tonumber(ARGV[4]), tonumber(ARGV[5])
local max_delay, max_size = tonumber(ARGV[6]), tonumber(ARGV[7])

-- When a group is due if nobody joins; nothing where there is no member.
local function due_at(group)
  local size = redis.pcall('ZCARD', group)
  if type(size) == 'table' then
    if not string.find(size.err, 'WRONGTYPE', 1, true) then
      error(size.err) -- not the fault of the key
    end
    return nil
  elseif size == 0 then
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

local page = redis.call('SSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
local found = { page[1], '-1' }
local next_due = math.huge
for _, group in ipairs(page[2]) do
  local at = due_at(ARGV[1] .. group)
  if at and at <= now then
    found[#found + 1] = group
  elseif at and at < next_due then
    next_due = at
    found[2] = string.format('%.0f', math.ceil(at))
  end
end
return found
