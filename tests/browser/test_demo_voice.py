"""The demo's voice note is a sound that a browser plays."""

import base64

import pytest

from ledger.coop.attachments.voices import MAX_BYTES
from web.demo.sounds import melody

pytestmark = pytest.mark.browser

DECODE = """async (address) => {
  const bytes = await (await fetch(address)).arrayBuffer();
  const sound = await new AudioContext().decodeAudioData(bytes);
  return [sound.duration, Math.max(...sound.getChannelData(0))];
}"""


def test_the_melody_is_decoded_to_its_last_tone(browser):
    page = browser.new_page()
    address = "data:audio/mp4;base64," + base64.b64encode(melody()).decode()
    seconds, loudest = page.evaluate(DECODE, address)
    page.close()
    assert seconds == pytest.approx(2.4, abs=0.01)
    assert 0.1 < loudest < 1
    assert len(melody()) < MAX_BYTES / 50
