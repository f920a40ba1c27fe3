import { spawnSync } from 'node:child_process'

/** Undefined: promtool is here. Else why its tests are skipped; scripts/test.mjs makes that a failure where it is required. */
export const noPromtool: string | undefined =
  spawnSync('promtool', ['--version'], { stdio: 'ignore' }).error === undefined
    ? undefined
    : 'promtool is not here; get it with: apt-get install prometheus'
