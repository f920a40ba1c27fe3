import type { Page } from '#report/page.ts'

/** Exit codes of every command (docs/json.md, "Exit codes"). */
export const EXIT = {
  ok: 0,
  bad: 1,
  usage: 2,
  unreadable: 3,
  undetermined: 4,
  aws: 5,
  bug: 70,
  /** What a shell reports for a command that is there and cannot be executed, and for one that is not there. */
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
  /** The reader of a stream without an end went away: what a shell reports for SIGPIPE. */
  readerGone: 141,
} as const

/** Outside world of a command: its streams, files and terminal; only main.ts knows `process`. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whole, or as it comes. */
  readonly stdin: () => Promise<Uint8Array> | AsyncIterable<Uint8Array>
  readonly stdinIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Returns false once nobody reads standard output any more. */
  readonly out: (text: string) => boolean
  readonly err: (text: string) => void
  /** What another program wrote, unchanged. Each returns false once nobody reads any more. */
  readonly outBytes: (bytes: Uint8Array) => boolean
  readonly errBytes: (bytes: Uint8Array) => boolean
  /**
   * From now on, calls `listener` for each signal that would end this program. A number that it returns is the exit code to
   * end with at once; with undefined the program goes on.
   */
  readonly onSignal: (listener: (signal: NodeJS.Signals) => number | undefined) => void
  /** The words that run this program again. */
  readonly self: readonly string[]
  /** Until the program is interrupted or told to end; then we end it ourselves. */
  readonly interrupted: () => Promise<void>
  readonly page: Page
}

export interface Option {
  /** What stands for the value in help; left out: a flag. */
  readonly value?: string
  /** May be given several times. */
  readonly many?: true
  readonly choices?: readonly string[]
  /** Environment variable that gives the value where the option does not. */
  readonly env?: string
  readonly help: string
  /** Heading in the help of a command with many options; without one: "Options". */
  readonly group?: OptionGroup
  /** In the help of a command with many options, only `--help all` shows it. */
  readonly isAdvanced?: true
}

/** Headings of the help, in its order. */
export const OPTION_GROUPS = ['Options', 'Policies', 'Request', 'AWS', 'Output'] as const
export type OptionGroup = (typeof OPTION_GROUPS)[number]

export type Options = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O extends { readonly value: string }
  ? O extends { readonly many: true }
    ? readonly string[]
    : string | undefined
  : boolean

export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> }

export interface Example {
  readonly args: string
  /** Left out: tests don't run it, since it calls AWS. */
  readonly exit?: number
  readonly does: string
}

export interface Arguments<O extends Options> {
  readonly values: Values<O>
  /** Options that stand on the command line, not in the environment. */
  readonly given: ReadonlySet<string>
  readonly files: readonly string[]
}

/** Names, help and examples sit together: `--help`, the reference page and the tests are made from the one object. */
export interface CommandOf<O extends Options> {
  readonly name: string
  readonly summary: string
  /** As in help: `[FILE…]`. */
  readonly operands: string
  readonly maxOperands?: number
  /** What the first operand may be, where it is one of a few words; for the completion of shells. */
  readonly words?: readonly string[]
  readonly options: O
  readonly exits: string
  readonly examples: readonly Example[]
  /** `all`: every command, for those that speak of the program itself. */
  readonly run: (args: Arguments<O>, io: Io, all: readonly Command[]) => Promise<number>
}

/** A command whose options are no longer known by name, for the list of all commands. */
export type Command = Omit<CommandOf<Options>, 'run'> & {
  readonly run: (args: Arguments<never>, io: Io, all: readonly Command[]) => Promise<number>
}

export const command = <const O extends Options>(definition: CommandOf<O>): CommandOf<O> => definition

/** Common to all commands (docs/json.md, "Exit codes"). */
export const COMMON = {
  snapshot: {
    value: 'DIR',
    env: 'DENYTRACE_SNAPSHOT',
    group: 'Policies',
    help: 'directory with the policies that were in force',
  },
  scenario: {
    value: 'FILE',
    env: 'DENYTRACE_SCENARIO',
    group: 'Policies',
    isAdvanced: true,
    help: 'a scenario file (JSON or YAML) instead of a snapshot',
  },
  'expect-principal': {
    value: 'ARN',
    env: 'DENYTRACE_EXPECT_PRINCIPAL',
    group: 'Request',
    help: 'the caller you expected: shows if it was another',
  },
  'session-policy': {
    value: 'FILE',
    many: true,
    env: 'DENYTRACE_SESSION_POLICY',
    group: 'Policies',
    isAdvanced: true,
    help: 'a session policy of the caller; repeatable',
  },
  reading: {
    value: 'NAME=VALUE',
    many: true,
    env: 'DENYTRACE_READING',
    isAdvanced: true,
    help: 'another interpretation of a disputed rule (docs/disputed.md); repeatable',
  },
  format: {
    value: 'FORMAT',
    choices: ['text', 'json'],
    env: 'DENYTRACE_FORMAT',
    group: 'Output',
    help: 'text (default) or json',
  },
  batch: {
    value: 'FILE',
    env: 'DENYTRACE_BATCH',
    group: 'Output',
    isAdvanced: true,
    help: 'read JSON Lines and write one JSON line for each',
  },
  debug: { env: 'DENYTRACE_DEBUG', group: 'Output', isAdvanced: true, help: 'show the stack of an internal error' },
  help: { group: 'Output', help: 'show this help; `--help all` shows every option' },
} as const satisfies Options

/** Option of the commands that search sets of requests: how many steps a search takes. */
export const BUDGET = {
  budget: {
    value: 'N',
    env: 'DENYTRACE_BUDGET',
    isAdvanced: true,
    help: 'spend up to N times the default effort before answering "undecided" (default: 1)',
  },
} as const satisfies Options
