/*
A voucher's number as it is typed or scanned, read as vouchers/numbers.py reads it: for the library's desk and for the
voucher's own page. The sentences stand with the form, in its language.
*/
window.kblNumber = (() => {
  "use strict";

  const LENGTH = 14;
  const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
  // What the keys of the digits give on AZERTY, or with Shift held: American, British, German.
  const OTHER_KEYS = /^(?:[&é"'(\-§è_!çà]+|[!@#$%^&*()]+|[!"£$%^&*()]+|[!"§$%&/()=]+)$/;

  // What a scanner may say before a number: which kind of code it read (ISO/IEC 15424).
  const READ_FROM = /\][a-z][0-9a-z](?=\s*(?:\d|https?:|KBL|NR|#))/gi;

  const damm = (digits) => [...digits].reduce((state, digit) => Number(DAMM[state][digit]), 0) === 0;

  function tidy(typed) {
    let text = typed.normalize("NFKC").replace(/\p{C}/gu, " ").replace(/%(?:25)*23/g, "#");
    if (text.includes("#")) text = text.slice(text.lastIndexOf("#") + 1).split(/[?&]/)[0];
    return text.replace(READ_FROM, "").replace(/[\s\p{C}.·•,_/\p{Pd}\u2212\u2043]/gu, "").replace(/^(?:KBL|NR|NUMMER):?/i, "");
  }

  /** Signs where digits should be: the keys of another keyboard. */
  const otherKeys = (typed) => typed.trim().length >= 7 && new Set(typed.trim()).size > 1 && OTHER_KEYS.test(typed.trim());

  /** How many whole numbers a scanner without an end key wrote behind each other; 0 when it is not just that. */
  function several(typed) {
    const marked = typed.normalize("NFKC").replace(READ_FROM, "\n");
    const parts = marked.replace(/(?=https?:\/\/)/gi, "\n").split("\n").map(tidy).filter(Boolean);
    const numbers = parts.flatMap((digits) => (/^(?:[0-9]{14})+$/.test(digits) ? digits.match(/[0-9]{14}/g) : [""]));
    return numbers.length > 1 && numbers.every((digits) => digits && damm(digits)) ? numbers.length : 0;
  }

  /** What is wrong with one number, in the words of the form (`empty`, `letters`, ...); nothing when it may be asked. */
  function wrong(typed, words) {
    const digits = tidy(typed);
    if (!typed.trim()) return words.empty;
    if (otherKeys(typed)) return words.keyboard;
    const count = several(typed);
    if (count) return words.several.replace("{digits}", count);
    if (/[^0-9]/.test(digits) && !/[^\p{Nd}]/u.test(digits)) return ""; // another script's digits: the server reads them
    if (!/^[0-9]+$/.test(digits)) return words.letters;
    if (digits.length !== LENGTH) return (digits.length < LENGTH ? words.short : words.long).replace("{digits}", digits.length);
    return damm(digits) ? "" : words.typo;
  }

  return { wrong };
})();
