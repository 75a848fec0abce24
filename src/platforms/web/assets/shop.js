// Looks again for orders that Troupe has not read yet; without scripts the page reloads itself.

async function lookAgain() {
  const answer = await fetch(location.href)
  if (answer.ok) {
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#orders')
    document.querySelector('#orders').replaceWith(fresh)
  }
  later()
}

function later() {
  if (document.querySelector('#orders [data-arriving]')) setTimeout(lookAgain, 1000)
}

later()
