// Makes the first account. The code is in the link's fragment, which a browser sends to nobody.
const form = document.getElementById('setup');
const problem = document.getElementById('problem');
const button = form.querySelector('button');
const fields = ['email', 'password', 'name', 'setup_code'];

const code = decodeURIComponent(location.hash.slice(1));
if (code) {
  form.elements.setup_code.value = code;
  document.getElementById('code').hidden = true;
}

document.getElementById('show').addEventListener('change', event => {
  form.elements.password.type = event.target.checked ? 'text' : 'password';
});

function say(name, text) {
  const input = form.elements[name];
  document.getElementById(name + '-wrong').textContent = text;
  input.setAttribute('aria-invalid', text ? 'true' : 'false');
}

function fail(answer) {
  const wrong = answer.errors ?? [];
  for (const { field, message } of wrong.filter(w => fields.includes(w.field))) say(field, message);
  problem.textContent = wrong.length ? 'Please look at the fields marked below.' : answer.detail ?? answer.title;
  (wrong.length ? form.querySelector('[aria-invalid=true]') : problem)?.focus();
  if (!wrong.length) document.getElementById('code').hidden = false;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  problem.textContent = '';
  for (const name of fields) say(name, '');
  button.disabled = true;
  try {
    const body = { cookie: true };
    for (const name of fields) if (form.elements[name].value) body[name] = form.elements[name].value;
    const answer = await fetch('/api/auth/signup', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      form.hidden = true;
      history.replaceState(null, '', location.pathname);
      document.getElementById('done').hidden = false;
      document.getElementById('done').focus();
    } else {
      fail(await answer.json());
    }
  } catch {
    problem.textContent = 'The server does not answer. Is it still running?';
    problem.focus();
  } finally {
    button.disabled = false;
  }
});
