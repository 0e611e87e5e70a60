-- wrk: calls bare actors, 1,000 of them at random. OP is noop or save.
local op = os.getenv("OP")
local body = '{"schema":1,"state":{"title":"buy milk","completed":false,"tags":[],"note":"' .. string.rep("x", 200) .. '"}}'
request = function() return wrk.format("POST", "/" .. op .. "/k" .. math.random(1000), nil, body) end
