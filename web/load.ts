/** Loads a file of the service once, when it is first asked for; after a failure again. The bundler leaves the path alone. */
export function loader<Module>(path: string): () => Promise<Module> {
  let loading: Promise<Module> | undefined
  return () => {
    loading ??= (import(path) as Promise<Module>).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
