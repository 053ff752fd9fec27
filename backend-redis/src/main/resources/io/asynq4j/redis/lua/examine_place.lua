-- examine_place: look at some ids of one place, whether their records agree. Reads only.
--
-- KEYS[1]   asynq:{queue}:<state>    list or zset   task ids; of aggregating tasks asynq:{queue}:g:<group>
-- KEYS[2]   asynq:{queue}:lease      zset   task id -> expiry, unix seconds
-- ARGV[1]   asynq:{queue}:t:         what the task hashes begin with
-- ARGV[2]   state of tasks in this place
-- ARGV[3]   how many ids to pass over
-- ARGV[4]   how many ids to look at at most
-- RETURN    array, for each id two values: id, what is wrong (empty: nothing; dangling_id, misplaced or no_lease); or the type
--           of the key, when it is a foreign one

local place, state = KEYS[1], ARGV[2]
local is_list = state == 'pending' or state == 'active'
local kind = redis.call('TYPE', place).ok
if kind ~= 'none' and kind ~= (is_list and 'list' or 'zset') then
  return kind
end
local first = tonumber(ARGV[3])
local ids = redis.call(is_list and 'LRANGE' or 'ZRANGE', place, first, first + tonumber(ARGV[4]) - 1)
local told = {}
for _, id in ipairs(ids) do
  local found = redis.pcall('HMGET', ARGV[1] .. id, 'state', 'msg')
  local wrong = ''
  if found.err then
    wrong = '' -- which is told of its key
  elseif not found[1] and not found[2] then
    wrong = 'dangling_id'
  elseif found[1] ~= state then
    wrong = 'misplaced'
  elseif state == 'active' and not redis.pcall('ZSCORE', KEYS[2], id) then
    wrong = 'no_lease'
  end
  told[#told + 1] = id
  told[#told + 1] = wrong
end
return told
