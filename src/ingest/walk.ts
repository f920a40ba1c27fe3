import { WALK_MODULE } from './walk-module.ts'

/** Exports of scripts/walk/assembly; addresses are bytes of `memory`. */
export interface Walk {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly reserve: (input: number, output: number) => number
  readonly textAt: (input: number) => number
  readonly inflate: (from: number, to: number, into: number, length: number) => number
  readonly leastSummed: () => number
  readonly restAt: () => number
  readonly shorten: (from: number, length: number) => number
  readonly pieceAt: () => number
  readonly pieceLength: () => number
  readonly suspectsAt: () => number
  readonly count: () => number
  readonly endOfLast: () => number
  readonly begin: () => void
  readonly walkPiece: (length: number, ahead: number) => number
  readonly walk: (from: number, length: number, ahead: number) => number
  readonly isWhole: () => number
}

let loaded: Walk | undefined

/** Node has it; the types of Node have not. */
interface WithWebAssembly {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: unknown }
  }
}

const { Module, Instance } = (globalThis as unknown as WithWebAssembly).WebAssembly

/** Compiled module of the walk, given to a thread that it need not compile it again. */
export const compiledWalk = (): object => new Module(Buffer.from(WALK_MODULE, 'base64'))

/** The one of this thread. */
export function walkModule(compiled?: object): Walk {
  loaded ??= new Instance(compiled ?? compiledWalk()).exports as Walk
  return loaded
}
