-- ovf-enlighten: which kernel boots. Static, as GRUB's custom.cfg is: what changes lies in enlighten.env (1,024 bytes, rewritten in place),
-- because extlinux replays no journal. Run by Syslinux's lua.c32 from enlighten.conf, in the folder of extlinux.conf.
--
--   enlighten.env              as in packaging/grub/custom.cfg; an armed trial starts only through the boot-once of ldlinux.sys
--   enlighten.cfg              the kernel that boots everywhere, written by `enlighten seal`
--
-- A kernel or an initramfs that does not load returns here, and the next one is tried: trial, proven, universal, the vendor's own default.

local syslinux = require "syslinux"

local OPTIONS = "panic=5 oops=panic softlockup_panic=1 hung_task_panic=1 systemd.watchdog_sec=180 systemd.crash_reboot"
local TRIAL = "enlighten-trial"
local GUARD = "enlighten-trial.cpio"

local function content(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read("*a")
  file:close()
  return bytes
end

-- The last line of a name counts, as in GRUB.
local function values(path, pattern)
  local found = {}
  for name, value in (content(path) or ""):gmatch(pattern) do
    found[name] = value
  end
  return found
end

-- Extlinux takes the boot-once away before it runs it, and goes on where it could not: such a trial would never end.
local function spent()
  local loader = content("ldlinux.sys")
  return loader ~= nil and not loader:sub(-1024):find(TRIAL, 1, true)
end

-- SMBIOS type 1: a kernel proven on one machine is not the default on another. A torn block is not believed.
local function home(block)
  if not block.seq or block.seq ~= block["end"] then return false end
  local here = require("dmi").gettable().system
  return here.manufacturer == block.manufacturer and here.product_name == block.product
end

local function start(from, entry, words, guard)
  local kernel, initrd, args = from[entry .. "_kernel"], from[entry .. "_initrd"], from[entry .. "_args"]
  if not kernel then return end
  local archives = guard .. (initrd or ""):gsub(" ", ",")
  syslinux.run_kernel_image(kernel, "initrd=" .. archives .. " " .. args .. " " .. words, 0, syslinux.IMAGE_TYPE.LINUX)
end

local function trial(block)
  print("enlighten: trial of " .. tostring(block.trial_kernel) .. "; any reset returns to the old kernel")
  local guard = content(GUARD) and GUARD .. "," or ""
  start(block, "trial", "enlighten.trial=" .. tostring(block.nonce) .. " " .. OPTIONS, guard)
end

local function athome()
  local block = values("enlighten.env", "\nenlighten_([%w_]+)=([^\n]*)")
  if not home(block) then return end
  if arg[2] == "trial" and block.state == "armed" and spent() then trial(block) end
  if block.failed == "0" then start(block, "proven", "enlighten.entry=proven", "") end
end

local function everywhere()
  local cfg = values("enlighten.cfg", '\nset enlighten_([%w_]+)="([^\n]*)"')
  start(cfg, "universal", "enlighten.entry=universal", "")
end

-- Whatever goes wrong in here, the vendor's own menu is still there.
pcall(athome)
pcall(everywhere)
syslinux.run_command(arg[1])
