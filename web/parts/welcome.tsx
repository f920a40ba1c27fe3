/** Welcome of a first visitor: what can be put in, what comes out, and an example of our own to look at. */
export const Welcome = ({ onExample }: { readonly onExample: () => void }) => (
  <section class="welcome" aria-label="How it works">
    <ol>
      <li>
        <h2>Put in what you have</h2>
        <p>
          The sentence of the error, a log around it, a CloudTrail event, or a file of events, gzip or not. A policy or
          a snapshot makes the answer sure.
        </p>
      </li>
      <li>
        <h2>See which policy denied it</h2>
        <p>
          Who AWS really evaluated, and every policy layer from the outside in, down to the line that decides. Then what
          the same call would be denied next.
        </p>
      </li>
      <li>
        <h2>Mend it once</h2>
        <p>The smallest change that allows exactly this, replayed and proved. Try it here before anybody applies it.</p>
      </li>
    </ol>
    <p class="welcome-foot">
      <button type="button" onClick={onExample}>
        Show an example
      </button>
      <span class="muted">
        Everything is found on this machine; nothing is sent anywhere. The <a href="/guide/index.html">guides</a>{' '}
        explain each error.
      </span>
    </p>
  </section>
)
