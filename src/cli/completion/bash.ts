import type { Command } from '../command.ts'
import { type Completed, PROGRAM_WORDS, takesFiles, valueOf } from './completed.ts'

/**
 * A completion for bash 3.2 and later. Bash cuts words at `=` and `:`, so `--format=json` comes as three words.
 * https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
export const bashCompletion = (commands: readonly Command[]): string => `# denytrace: completion for bash
_denytrace_words() { COMPREPLY=($(compgen -W "$1" -- "$cur")); }
_denytrace_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$cur"))
}
_denytrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} i
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _denytrace_words "${[...commands.map(({ name }) => name), ...PROGRAM_WORDS].join(' ')}"
    return
  fi
  # Behind \`--\` stand the words of another program.
  for ((i = 2; i < COMP_CWORD; i++)); do
    if [ "\${COMP_WORDS[i]}" = -- ]; then
      _denytrace_files -f
      return
    fi
  done
  if [ "$cur" = = ]; then
    cur=
  elif [ "$before" = = ]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case "$command" in
    help)
      _denytrace_words "${commands.map(({ name }) => name).join(' ')}"
      ;;
${commands.map(bashCommand).join('')}  esac
}
complete -F _denytrace denytrace
`

function bashCommand(command: Command): string {
  const options = Object.entries(command.options)
  const withValue = options.filter(([, option]) => option.value !== undefined)
  const rows = withValue.map(
    ([name, option]) => `        --${name})\n          ${bashOf(valueOf(option))}\n          return\n          ;;\n`,
  )
  const { words } = command
  const operand = takesFiles(command) ? '_denytrace_files -f' : ':'
  const first =
    words === undefined
      ? operand
      : `if [ "$COMP_CWORD" -eq 2 ]; then _denytrace_words "${words.join(' ')}"; else ${operand}; fi`
  return `    ${command.name})
      case "$before" in
${rows.join('')}      esac
      case "$cur" in
        -*) _denytrace_words "${options.map(([name]) => `--${name}`).join(' ')}" ;;
        *) ${first} ;;
      esac
      ;;
`
}

function bashOf(completed: Completed): string {
  if (completed.kind === 'words') return `_denytrace_words "${completed.words.join(' ')}"`
  if (completed.kind === 'nothing') return ':'
  return `_denytrace_files ${completed.kind === 'files' ? '-f' : '-d'}`
}
