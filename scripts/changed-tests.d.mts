export function changedFiles(): string[]
export function affectedTests(
  files: readonly string[],
  inputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string }[] }>>,
  changed: readonly string[],
  textOf?: (path: string) => string,
): { readonly tests: string[]; readonly unimported: string[] }
