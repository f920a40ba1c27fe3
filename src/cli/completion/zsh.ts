import { quoted } from '#quote/shell.ts'
import type { Command, Option } from '../command.ts'
import { brief, PROGRAM_WORDS, takesFiles, valueOf } from './completed.ts'

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
export const zshCompletion = (commands: readonly Command[]): string => `#compdef denytrace
# denytrace: completion for zsh
_denytrace() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${brief(summary)}`)}\n`).join('')}  )
  if ((CURRENT == 2)); then
    _describe command commands
    compadd ${PROGRAM_WORDS.join(' ')}
    return
  fi
  case "$words[2]" in
    help) _describe command commands ;;
${commands.map(zshCommand).join('')}  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _denytrace "$@"
else
  compdef _denytrace denytrace
fi
`

function zshCommand(command: Command): string {
  const specs = Object.entries(command.options).map(([name, option]) => optionSpec(name, option))
  const { words } = command
  const operands = [
    ...(words === undefined ? [] : [`1:what:(${words.join(' ')})`]),
    ...(takesFiles(command) ? ['*:file:_files'] : []),
  ]
  return `    ${command.name})
      words=("\${(@)words[2,-1]}")
      ((CURRENT--))
      _arguments ${[...specs, ...operands].map((spec) => `\\\n        ${quoted(spec)}`).join(' ')}
      ;;
`
}

function optionSpec(name: string, option: Option): string {
  const text = brief(option.help).replace(/[[\]\\:]/g, '\\$&')
  const many = option.many === true ? '*' : ''
  if (option.value === undefined) return `${many}--${name}[${text}]`
  const completed = valueOf(option)
  const action = { words: '', files: '_files', directories: '_files -/', nothing: ' ' }[completed.kind]
  const values = completed.kind === 'words' ? `(${completed.words.join(' ')})` : action
  return `${many}--${name}=[${text}]:${option.value.replaceAll(':', '\\:')}:${values}`
}
