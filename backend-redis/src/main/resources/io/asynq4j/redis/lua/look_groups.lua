-- look_groups: name groups of one queue with their sizes, some at a time.
--
-- KEYS[1]   asynq:{queue}:groups     set    names of groups
-- ARGV[1]   asynq:{queue}:g:         what every group's key begins with
-- ARGV[2]   where to go on           cursor of SSCAN
-- ARGV[3]   about how many groups to look at
-- RETURN    array: where to go on (0: nowhere), then for each group its name and how many members it has; one may come again

local page = redis.call('SSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
local found = { page[1] }
for _, group in ipairs(page[2]) do
  found[#found + 1] = group
  found[#found + 1] = redis.call('ZCARD', ARGV[1] .. group)
end
return found
