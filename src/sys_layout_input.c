/*
 * sys_layout_input.c - what input devices say and are told: linux/input.h
 *
 * Layer: layouts of S.t.
 */

#include <linux/input.h>

#include "sys.h"

/* two longs of the kernel's, whatever time_t is */
struct input_event_time {
	__kernel_ulong_t tv_sec, tv_usec;
};

#define INPUT_EVENT_TIME_FIELDS(X, T) X(F, T, tv_sec) X(F, T, tv_usec)
SYS_STRUCT(input_event_time, "", "tv_", struct input_event_time,
	   INPUT_EVENT_TIME_FIELDS);

#define INPUT_EVENT_FIELDS(X, T) \
	X(V, T, time, input_event_sec, input_event_time) \
	X(R, T, sec, input_event_sec) X(R, T, usec, input_event_usec) \
	X(F, T, type) X(F, T, code) X(F, T, value)
SYS_STRUCT(input_event, "", "", struct input_event, INPUT_EVENT_FIELDS);

#define INPUT_ID_FIELDS(X, T) \
	X(F, T, bustype) X(F, T, vendor) X(F, T, product) \
	X(F, T, version)
SYS_STRUCT(input_id, "", "", struct input_id, INPUT_ID_FIELDS);

#define INPUT_ABSINFO_FIELDS(X, T) \
	X(F, T, value) X(F, T, minimum) X(F, T, maximum) X(F, T, fuzz) \
	X(F, T, flat) X(F, T, resolution)
SYS_STRUCT(input_absinfo, "", "", struct input_absinfo, INPUT_ABSINFO_FIELDS);

#define INPUT_KEYMAP_ENTRY_FIELDS(X, T) \
	X(F, T, flags) X(F, T, len) X(F, T, index) X(F, T, keycode) \
	X(A, T, scancode)
SYS_STRUCT(input_keymap_entry, "", "", struct input_keymap_entry,
	   INPUT_KEYMAP_ENTRY_FIELDS);

#define FF_REPLAY_FIELDS(X, T) X(F, T, length) X(F, T, delay)
SYS_STRUCT(ff_replay, "", "", struct ff_replay, FF_REPLAY_FIELDS);

#define FF_TRIGGER_FIELDS(X, T) X(F, T, button) X(F, T, interval)
SYS_STRUCT(ff_trigger, "", "", struct ff_trigger, FF_TRIGGER_FIELDS);

#define FF_ENVELOPE_FIELDS(X, T) \
	X(F, T, attack_length) X(F, T, attack_level) \
	X(F, T, fade_length) X(F, T, fade_level)
SYS_STRUCT(ff_envelope, "", "", struct ff_envelope, FF_ENVELOPE_FIELDS);

#define FF_CONSTANT_EFFECT_FIELDS(X, T) \
	X(F, T, level) X(S, T, envelope, ff_envelope)
SYS_STRUCT(ff_constant_effect, "", "", struct ff_constant_effect,
	   FF_CONSTANT_EFFECT_FIELDS);

#define FF_RAMP_EFFECT_FIELDS(X, T) \
	X(F, T, start_level) X(F, T, end_level) \
	X(S, T, envelope, ff_envelope)
SYS_STRUCT(ff_ramp_effect, "", "", struct ff_ramp_effect,
	   FF_RAMP_EFFECT_FIELDS);

#define FF_CONDITION_EFFECT_FIELDS(X, T) \
	X(F, T, right_saturation) X(F, T, left_saturation) \
	X(F, T, right_coeff) X(F, T, left_coeff) X(F, T, deadband) \
	X(F, T, center)
SYS_STRUCT(ff_condition_effect, "", "", struct ff_condition_effect,
	   FF_CONDITION_EFFECT_FIELDS);

#define FF_PERIODIC_EFFECT_FIELDS(X, T) \
	X(F, T, waveform) X(F, T, period) X(F, T, magnitude) \
	X(F, T, offset) X(F, T, phase) X(S, T, envelope, ff_envelope) \
	X(F, T, custom_len) X(F, T, custom_data)
SYS_STRUCT(ff_periodic_effect, "", "", struct ff_periodic_effect,
	   FF_PERIODIC_EFFECT_FIELDS);

#define FF_RUMBLE_EFFECT_FIELDS(X, T) \
	X(F, T, strong_magnitude) X(F, T, weak_magnitude)
SYS_STRUCT(ff_rumble_effect, "", "", struct ff_rumble_effect,
	   FF_RUMBLE_EFFECT_FIELDS);

/* u, as the kernel names it; its members are reached directly, too */
#define FF_EFFECT_U_FIELDS(X, T) \
	X(S, T, constant, ff_constant_effect) \
	X(S, T, ramp, ff_ramp_effect) \
	X(S, T, periodic, ff_periodic_effect) \
	X(N, T, condition, ff_condition_effect) \
	X(S, T, rumble, ff_rumble_effect)
SYS_STRUCT(ff_effect_u, "", "", __typeof__(((struct ff_effect *)0)->u),
	   FF_EFFECT_U_FIELDS);

#define FF_EFFECT_FIELDS(X, T) \
	X(F, T, type) X(F, T, id) X(F, T, direction) \
	X(S, T, trigger, ff_trigger) X(S, T, replay, ff_replay) \
	X(S, T, u, ff_effect_u) \
	X(V, T, constant, u.constant, ff_constant_effect) \
	X(V, T, ramp, u.ramp, ff_ramp_effect) \
	X(V, T, periodic, u.periodic, ff_periodic_effect) \
	X(M, T, condition, u.condition, ff_condition_effect) \
	X(V, T, rumble, u.rumble, ff_rumble_effect)
SYS_STRUCT(ff_effect, "", "", struct ff_effect, FF_EFFECT_FIELDS);
