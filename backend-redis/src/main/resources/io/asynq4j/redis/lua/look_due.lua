-- look_due: say when the earliest waiting task of each of several queues is due. Reads only, so that Redis remembers what was
-- read.
--
-- KEYS[1..] for each queue two keys:
--           asynq:{queue}:scheduled  zset   task id -> due, unix seconds
--           asynq:{queue}:retry      zset   task id -> due, unix seconds
-- RETURN    array, for each queue the earliest time, or -1 where none waits
--
-- Every key is read whatever the others hold: one that is not read is not watched. In a key of a foreign type nothing waits.

local answer = {}
for queue = 1, #KEYS, 2 do
  local earliest = nil
  for n = queue, queue + 1 do
    local first = redis.pcall('ZRANGE', KEYS[n], 0, 0, 'WITHSCORES')
    local time = not first.err and tonumber(first[2])
    if time and (not earliest or time < earliest) then
      earliest = time
    end
  end
  answer[#answer + 1] = earliest and string.format('%.0f', math.max(earliest, 0)) or '-1'
end
return answer
