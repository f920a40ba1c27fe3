import { quoted } from '#quote/shell.ts'
import type { Command, Option } from '../command.ts'
import { brief, takesFiles, valueOf } from './completed.ts'

/** https://fishshell.com/docs/current/completions.html */
export const fishCompletion = (commands: readonly Command[]): string => `# denytrace: completion for fish
complete -c denytrace -f
complete -c denytrace -n __fish_use_subcommand -l help -d 'show the help'
complete -c denytrace -n __fish_use_subcommand -l version -d 'show the version'
complete -c denytrace -n __fish_use_subcommand -a help -d 'show the help of a command'
${commands.map(({ name, summary }) => `complete -c denytrace -n __fish_use_subcommand -a ${name} -d ${quoted(brief(summary))}\n`).join('')}complete -c denytrace -n '__fish_seen_subcommand_from help' -a '${commands.map(({ name }) => name).join(' ')}'
${commands.map(fishCommand).join('')}`

function fishCommand(command: Command): string {
  const { name, words } = command
  const when = `complete -c denytrace -n '__fish_seen_subcommand_from ${name}'`
  return [
    ...(words === undefined ? [] : [`${when} -a '${words.join(' ')}'`]),
    ...(takesFiles(command) ? [`${when} -F`] : []),
    ...Object.entries(command.options).map(([option, value]) => `${when} ${fishOption(option, value)}`),
    '',
  ].join('\n')
}

function fishOption(name: string, option: Option): string {
  const text = `-d ${quoted(brief(option.help))}`
  if (option.value === undefined) return `-l ${name} ${text}`
  const completed = valueOf(option)
  if (completed.kind === 'words') return `-l ${name} -x -a '${completed.words.join(' ')}' ${text}`
  if (completed.kind === 'directories') return `-l ${name} -x -a '(__fish_complete_directories)' ${text}`
  return `-l ${name} ${completed.kind === 'files' ? '-r -F' : '-x'} ${text}`
}
