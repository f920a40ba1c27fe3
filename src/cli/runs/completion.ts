import { toJson } from '#report/json.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, type Command, EXIT, type Io } from '../command.ts'
import type { COMPLETION_OPTIONS } from '../completion-options.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { nearest } from '../nearest.ts'

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

const isShell = (name: string): name is keyof typeof SHELLS => Object.hasOwn(SHELLS, name)

type Args = Arguments<typeof COMPLETION_OPTIONS>

export async function runCompletion({ values, files }: Args, io: Io, all: readonly Command[]): Promise<number> {
  const [shell] = files
  const names = Object.keys(SHELLS)
  if (shell === undefined || !isShell(shell)) {
    const near = shell === undefined ? undefined : nearest(shell, names)
    throw new UserError(
      shell === undefined ? 'usage/missing-operand' : 'usage/not-a-value',
      shell === undefined ? 'for which shell is not said' : `there is no completion for \`${shell}\``,
      near === undefined ? `give one of ${names.map((name) => `\`${name}\``).join(', ')}` : `did you mean \`${near}\`?`,
    )
  }
  const script = SHELLS[shell](all)
  io.out(values.format === 'json' ? toJson({ schemaVersion: 1, shell, script }) : script)
  return EXIT.ok
}
