/** Circles of imports, type imports included, each once. */
export function cycles(graph: ReadonlyMap<string, readonly { readonly target: string | undefined }[]>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): void => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file])
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const { target } of graph.get(file) ?? []) if (target !== undefined && graph.has(target)) visit(target)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}
