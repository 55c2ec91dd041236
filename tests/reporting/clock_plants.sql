-- What a clock that ran ahead leaves behind; planted in books whose own moments lie behind us.

-- a fact that was recorded by a clock that ran ahead: no_moment_is_still_to_come
UPDATE intermediaries_handout SET recorded_at = now() + interval '1 year' WHERE id = {A_HANDOUT};

-- a quarter that was closed by a clock that ran ahead: no_moment_is_still_to_come
INSERT INTO organisations_closedquarter (quarter, closed_at) VALUES ('2099-Q4', now() + interval '1 year');
