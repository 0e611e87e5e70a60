-- wrk: sets reminders for one moment, each of an actor of its own. OP is todo (todos with a reminder, through the public API, for the
-- instant AT) or bare (bare actors, for the microsecond AT).
local op, at = os.getenv("OP"), os.getenv("AT")
local headers = { ["Content-Type"] = "application/json" }
local n = 0
request = function()
  n = n + 1
  if op == "bare" then return wrk.format("POST", "/remind/" .. at .. "-" .. n, nil, at) end
  return wrk.format("POST", "/api/v1/todos", headers, '{"title":"ring ' .. n .. '","reminders":[{"at":"' .. at .. '"}]}')
end
