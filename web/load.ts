/**
 * Loads a file of the service once, when it is first asked for; after a failure again. The bundler leaves the path alone.
 * `onLoaded`: told of the module when it is there.
 */
export function loader<Module>(path: string, onLoaded?: (module: Module) => void): () => Promise<Module> {
  let loading: Promise<Module> | undefined
  return () => {
    loading ??= (import(path) as Promise<Module>).then(
      (module) => {
        onLoaded?.(module)
        return module
      },
      (error: unknown) => {
        loading = undefined
        throw error
      },
    )
    return loading
  }
}

/** Adds a style sheet of the service to the page, once; done when it holds. */
export function loadStyle(path: string): Promise<void> {
  if (document.querySelector(`link[href="${path}"]`) !== null) return Promise.resolve()
  const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: path })
  return new Promise((resolve, reject) => {
    link.addEventListener('load', () => resolve())
    link.addEventListener('error', () => {
      link.remove()
      reject(new Error(`${path} did not come`))
    })
    document.head.append(link)
  })
}
