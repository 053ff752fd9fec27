-- cancelled: name the attempts that are to be cancelled.
--
-- KEYS[1..] asynq:{queue}:t:<id>   hash   a task of one queue each
-- ARGV[1..] for each of them the name of the attempt at it
-- RETURN    array of the positions of those that are marked, from 1; mostly empty

local marked = {}
for i = 1, #KEYS do
  if redis.pcall('HGET', KEYS[i], 'cancel') == ARGV[i] then
    marked[#marked + 1] = i
  end
end
return marked
