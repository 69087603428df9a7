/** Every ordinary command of the console and of images; kubectl and the network's are their own. */
import type { Program } from '../../host/index.ts';
import { dd } from './dd.ts';
import { diff } from './diff.ts';
import { editors } from './editor.ts';
import { files } from './files.ts';
import { gzips } from './gzip.ts';
import { looking } from './looking.ts';
import { openssl } from './openssl.ts';
import { processes } from './processes.ts';
import { small } from './small.ts';
import { system } from './system.ts';
import { tar } from './tar.ts';
import { terminal } from './terminal.ts';
import { text } from './text.ts';

export const commands: readonly Program[] = [...text, ...files, ...processes, ...system, ...editors, ...gzips, tar, dd, diff, openssl, ...looking, ...small, ...terminal];
