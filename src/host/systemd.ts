/** systemd: units that start at boot and again when they fail, journals, and its commands. */
import { journalctl } from './journalctl.ts';
import type { Program } from './program.ts';
import { systemctl } from './systemctl.ts';

export {
  installSystemd,
  type JournalLine,
  type Service,
  Systemd,
  systemdOf,
  type Unit,
} from './systemd-manager.ts';

/** The commands, to be put on every machine that has systemd. */
export const systemdPrograms: readonly Program[] = [systemctl, journalctl];
